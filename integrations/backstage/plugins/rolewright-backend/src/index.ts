export { rolewrightPlugin as default } from './plugin.ts';
