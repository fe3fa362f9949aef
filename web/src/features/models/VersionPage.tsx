export const VersionPage = () => null;
