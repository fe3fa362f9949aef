export const PipelinePage = () => null;
