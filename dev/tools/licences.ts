import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// `npm run licences` writes every package of the service's image, with its licence, to docs/licences.md. Exit
// code 1: a package has no licence, or one that is not in the list. A test fails when the file is stale.

const root = join(import.meta.dirname, '../..');

/**
 * Licences that may be shipped in a closed product. AGPL, GPL and licences that nobody has reviewed are not
 * in it.
 */
const permitted = [
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'Unlicense',
];
/** Weak copyleft, which applies to the package only. Permitted for packages that are not in the image. */
const besides = [...permitted, 'EPL-2.0', 'MPL-2.0'];

/**
 * May a package with this SPDX expression be shipped? It supports names joined by AND or by OR, not both: no
 * package has both, and a person should review the first one.
 */
export function mayShip(licence: string, list: readonly string[] = permitted): boolean {
  const names = licence.replace(/^\((.*)\)$/, '$1');
  const all = names.split(/ and /i);
  return all.length > 1
    ? all.every((one) => list.includes(one))
    : names.split(/ or /i).some((one) => list.includes(one));
}

interface Package {
  /** node_modules/… */
  path: string;
  name: string;
  version: string;
  /** SPDX, from the package's own package.json. UNKNOWN when it has none. */
  licence: string;
  /** An optional dependency, which is not installed in the image. */
  isOptional: boolean;
}

interface Locked {
  version: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  /** A workspace of ours. */
  link?: boolean;
}

/**
 * The packages of package-lock.json, without development packages and without optional packages of other
 * platforms.
 */
export function productionPackages(): Package[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Locked>;
  };
  return Object.entries(packages).flatMap(
    ([path, { version, dev, optional, devOptional, link }]): Package[] => {
      if (!path.startsWith('node_modules/') || dev || link) return [];
      const isOptional = optional === true || devOptional === true;
      const file = join(root, path, 'package.json');
      if (isOptional && !existsSync(file)) return [];
      const own = JSON.parse(readFileSync(file, 'utf8')) as {
        version: string;
        license?: string | { type?: string };
      };
      if (!isOptional && own.version !== version)
        throw new Error(`${path} is installed as ${own.version}, and locked as ${version}: npm install`);
      const licence = typeof own.license === 'string' ? own.license : (own.license?.type ?? 'UNKNOWN');
      return [
        {
          path,
          name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
          version: own.version,
          licence,
          isOptional,
        },
      ];
    },
  );
}

/** The packages whose licence is not permitted. */
export const refused = (packages: Package[]): Package[] =>
  packages.filter(({ licence, isOptional }) => !mayShip(licence, isOptional ? besides : permitted));

/** The text of docs/licences.md. */
export function licencesFile(packages: Package[]): string {
  const shipped = packages.filter(({ isOptional }) => !isOptional);
  const lines = [
    ...new Set(shipped.map(({ name, version, licence }) => `- \`${name}\` ${version}: ${licence}`)),
  ].sort();
  return `# Licences

The packages in the service's image: the production dependencies of \`package-lock.json\` without optional ones, as the
\`Dockerfile\` installs them. \`npm run licences\` writes this file. It fails on AGPL, GPL and any licence that is not in its list.

Packages that are part of the web console's files are in \`console/dist/licences.md\`, with their licences' texts.

${tally(shipped).join(', ')}.

${lines.join('\n')}
`;
}

/** The number of packages by licence, the most frequent first. */
function tally(packages: Package[]): string[] {
  const counts = new Map<string, number>();
  for (const { licence } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b))
    .map(([licence, count]) => `${count} ${licence}`);
}

if (import.meta.main) {
  const packages = productionPackages();
  writeFileSync(join(root, 'docs/licences.md'), licencesFile(packages));
  const [shipped, beside] = [
    packages.filter(({ isOptional }) => !isOptional),
    packages.filter(({ isOptional }) => isOptional),
  ];
  console.log(`in the image: ${shipped.length} packages: ${tally(shipped).join(', ')}`);
  console.log(`optional, not in the image: ${beside.length}: ${tally(beside).join(', ')}`);
  for (const { name, version, licence } of refused(packages))
    console.error(`${name} ${version} has the licence ${licence}`);
  if (refused(packages).length > 0) process.exitCode = 1;
}
