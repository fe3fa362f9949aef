export const FeaturesPage = () => null;
