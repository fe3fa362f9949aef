export const PipelinesPage = () => null;
