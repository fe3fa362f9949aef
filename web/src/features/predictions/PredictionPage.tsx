export const PredictionPage = () => null;
