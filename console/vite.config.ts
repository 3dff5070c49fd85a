import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: pathOf('.'),
  plugins: [react()],
  resolve: {
    alias: { 'rolewright-client': pathOf('../clients/typescript/src/index.ts') },
    // The packages of the workspace are hoisted. Beside them is the React of another package.
    dedupe: ['react', 'react-dom'],
  },
  build: {
    target: 'es2022',
    emptyOutDir: true,
    // What is bundled is copied, and its licences want their notices kept.
    license: { fileName: 'licences.md' },
    // A file as a `data:` URL is not allowed by the policy of the page.
    assetsInlineLimit: 0,
    // Browsers that know `es2022` preload modules by themselves.
    modulePreload: { polyfill: false },
  },
});
