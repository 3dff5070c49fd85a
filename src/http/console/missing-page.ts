/** The page that stands in for the console while it is not built. In development it loads again by itself. */
export const createMissingPage = (isDevelopment: boolean) => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
${isDevelopment ? '    <meta http-equiv="refresh" content="2">\n' : ''}    <title>Rolewright</title>
  </head>
  <body>
${(isDevelopment ? building : missing).map((line) => `    <p>${line}</p>\n`).join('')}  </body>
</html>
`;

const command = '<code>npm run console:build</code>';
const building = [
  'The console is being built. This page loads again by itself.',
  `If it takes longer than a minute, run ${command} to see why.`,
];
const missing = [
  `The console is not built. Run ${command} in the service’s folder, then load this page again.`,
  'The API works without it: <a href="/docs">its description</a>.',
];
