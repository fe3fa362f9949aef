export const MonitorPage = () => null;
