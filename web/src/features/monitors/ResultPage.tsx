export const ResultPage = () => null;
