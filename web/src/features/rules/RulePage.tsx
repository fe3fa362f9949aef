export const RulePage = () => null;
