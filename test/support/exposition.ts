/** A family of a scrape, as Prometheus reads it. */
export interface Family {
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
}

const nameForm = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const labelForm = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;
const sampleForm = new RegExp(`^(${nameForm})(?:\\{(.*)\\})? (\\S+)$`);
const suffixes: Record<string, RegExp> = { histogram: /_(bucket|sum|count)$/, summary: /_(sum|count)$/ };

/**
 * Parses Prometheus's text format, version 0.0.4. Throws at a line that is none, a sample without its family,
 * and a sample or a family that comes twice.
 */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  for (const line of text.split('\n').filter((one) => one.trim() !== '')) {
    const comment = new RegExp(`^# (HELP|TYPE) (${nameForm}) (.+)$`).exec(line);
    if (comment) {
      const [, what, name = '', rest = ''] = comment;
      if (what === 'HELP') {
        if (families.has(name)) throw new Error(`a second family ${name}`);
        families.set(name, { type: '', help: rest, samples: [] });
      } else (families.get(name) ?? fail(line)).type = rest;
      continue;
    }
    const [, name = '', labelText = '', value = ''] = sampleForm.exec(line) ?? fail(line);
    const labels = parseLabels(labelText, line);
    const [familyName] = [name, name.replace(/_(bucket|sum|count)$/, '')].filter((one) => families.has(one));
    const family = families.get(familyName ?? '') ?? fail(line);
    if (name !== familyName && !suffixes[family.type]?.test(name)) fail(line);
    const number = value === '+Inf' ? Number.POSITIVE_INFINITY : value === 'Nan' ? Number.NaN : Number(value);
    if (Number.isNaN(number) && value !== 'Nan') fail(line);
    const key = JSON.stringify([name, Object.entries(labels).sort()]);
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    family.samples.push({ name, labels, value: number });
  }
  return families;
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  labelForm.lastIndex = 0;
  while (labelForm.lastIndex < text.length) {
    const [, name = '', value = ''] = labelForm.exec(text) ?? fail(line);
    labels[name] = value.replace(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
  }
  return labels;
}

function fail(line: string): never {
  throw new Error(`not Prometheus's format: ${line}`);
}

/** Scrapes a service. */
export async function scrape(url: string) {
  const answer = await fetch(url);
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  const families = parseExposition(await answer.text());
  return {
    families,
    contentType: answer.headers.get('content-type'),
    /** The sum of the samples with at least these labels; undefined: there are none. */
    value(name: string, labels: Record<string, string> = {}): number | undefined {
      const family = families.get(name) ?? families.get(name.replace(/_(bucket|sum|count)$/, ''));
      const found = (family?.samples ?? []).filter(
        (one) =>
          one.name === name && Object.entries(labels).every(([key, value]) => one.labels[key] === value),
      );
      return found.length === 0 ? undefined : found.reduce((sum, one) => sum + one.value, 0);
    },
  };
}
