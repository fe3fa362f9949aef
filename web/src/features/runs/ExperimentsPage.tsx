export const ExperimentsPage = () => null;
