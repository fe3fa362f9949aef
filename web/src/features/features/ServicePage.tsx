export const ServicePage = () => null;
