export const PredictionsPage = () => null;
