export { type RolewrightApi, RolewrightError, rolewrightApiRef } from './api.ts';
export { default } from './plugin.tsx';
