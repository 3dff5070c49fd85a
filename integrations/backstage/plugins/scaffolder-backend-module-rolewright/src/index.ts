export { rolewrightModule as default } from './module.ts';
