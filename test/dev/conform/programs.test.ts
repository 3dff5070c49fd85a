import { readFileSync } from 'node:fs';
import t from 'tap';

// The examples of docs/clients.md are lines of the programs that `npm run e2e:clients` runs, in their order.

const programs = { go: 'main.go', java: 'Main.java', python: 'main.py' };
const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

for (const [language, file] of Object.entries(programs))
  t.test(language, async (t) => {
    const page = readFileSync('docs/clients.md', 'utf8');
    const blocks = [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))];
    t.ok(blocks.length > 0, 'the page has examples');
    const program = linesOf(readFileSync(`dev/conform/clients/${file}`, 'utf8'));
    for (const [, text = ''] of blocks) {
      let at = -1;
      for (const line of linesOf(text)) {
        at = program.indexOf(line, at + 1);
        if (!t.ok(at >= 0, line)) break;
      }
    }
  });
