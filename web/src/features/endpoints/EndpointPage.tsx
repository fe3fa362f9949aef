export const EndpointPage = () => null;
