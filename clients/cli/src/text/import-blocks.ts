/** A line of a trust policy. */
export interface Line {
  accountId: string;
  roleName: string;
  region: string;
  name: string;
}

/** Is the line for one cluster, or for all? A pattern such as prod-* cannot be imported. */
export const isImportable = ({ region, name }: Line): boolean =>
  /^([a-z\d-]+|\*)$/.test(region) && /^([\w-]+|\*)$/.test(name);

/** Terraform's import blocks and resources. Where two lines give one label, the later ones get a number. */
export function importBlocks(lines: readonly Line[]): string {
  const counts = new Map<string, number>();
  const blocks = lines.map((line) => {
    const wanted = labelOf(line);
    const count = (counts.get(wanted) ?? 0) + 1;
    counts.set(wanted, count);
    return blockOf(line, count === 1 ? wanted : `${wanted}_${count}`);
  });
  return blocks.length > 0 ? blocks.join('\n\n') : '# No lines.';
}

const labelOf = ({ roleName, region, name }: Line) =>
  [roleName, region, name]
    .join('_')
    .replaceAll('*', 'all')
    .replace(/[^\w-]/g, '_')
    .replace(/^(?=[\d-])/, '_');

const blockOf = ({ accountId, roleName, region, name }: Line, label: string) => `import {
  to = rolewright_cluster_access.${label}
  id = "${[accountId, roleName, region, name].join('/')}"
}

resource "rolewright_cluster_access" "${label}" {
  account_id = "${accountId}"
  role_name  = "${roleName}"
  region     = "${region}"
  cluster    = "${name}"
}`;
