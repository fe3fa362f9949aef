export * from './automation';
export * from './common';
export * from './data';
export * from './events';
export * from './house';
export * from './mlflow';
export * from './monitoring';
export * from './serving';
