export const EndpointsPage = () => null;
