export const MonitorsPage = () => null;
