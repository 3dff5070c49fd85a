import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'jsdom',
    // Testing Library cleans up after each test, if it finds afterEach.
    globals: true,
    include: ['test/*.test.{ts,tsx}'],
    // Backstage's packages import styles and folders, which Node does not.
    server: { deps: { inline: true } },
    // Bounds a hanging test. Most of its first seconds are Vite's, which compiles a thousand files.
    testTimeout: 60_000,
  },
});
