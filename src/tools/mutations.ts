/** A small change to a file of src/domain: `find` is there exactly once, and with `replace` in its place the code is wrong. */
export interface Mutation {
  file: string;
  find: string;
  replace: string;
  why: string;
}

const of = (file: string, rows: [find: string, replace: string, why: string][]): Mutation[] =>
  rows.map(([find, replace, why]) => ({ file, find, replace, why }));

export const mutations: Mutation[] = [
  ...of('condition.ts', [
    ["ArnNotLike: { comparison: 'ARN', negated: true }", "ArnNotLike: { comparison: 'ARN', negated: false }", 'ArnNotLike read as ArnLike'],
    ["StringEquals: { comparison: 'EXACT'", "StringEquals: { comparison: 'STRING'", 'StringEquals honours wildcards'],
    ["StringLike: { comparison: 'STRING'", "StringLike: { comparison: 'ARN'", 'StringLike compares by component'],
    ["StringEqualsIgnoreCase: { comparison: 'EXACT_IGNORING_CASE'", "StringEqualsIgnoreCase: { comparison: 'EXACT'", 'case counts'],
    ['const name = key.toLowerCase();', 'const name = key;', 'key names with case'],
    [
      'if (matches === comparison.negated) fail',
      'if (matches !== comparison.negated) fail',
      'aws:SourceAccount judged the wrong way round',
    ],
    ["if (wanted.includes('false')) return;", "if (wanted.includes('true')) return;", 'Null turned round'],
    ['if (variables && values.some(', 'if (values.some(', 'variables in a document of 2008'],
    ["(ifExists || set === 'ForAllValues:')", '(ifExists)', 'ForAllValues: taken for strong'],
    ["(ifExists || set === 'ForAllValues:')", "(set === 'ForAllValues:')", 'IfExists taken for strong'],
    ["if (reading.others === 'HOLD') reading.others = 'UNPROVABLE'", "reading.others = 'UNPROVABLE'", 'a failure no longer settles it'],
    ["name === 'aws:sourceaccount' && comparison.comparison === 'ARN'", 'false', 'an account compared as an ARN'],
    ['!required.some((key)', 'required.every((key)', 'Null false no longer strengthens'],
    ['!/Not|Null/i.test(operator)', '!/Null/i.test(operator)', 'an unreadable negated test taken to confine'],
  ]),
  ...of('trust.ts', [
    ["if (effect === 'Deny' && isEveryone(", 'if (isEveryone(', 'everyone counts to allow'],
    ['&& deniedBy(reading, cluster) === null', '', 'a Deny ignored in what is covered'],
    [
      "s.effect === 'Deny' && s.others === 'HOLD'",
      "s.effect === 'Deny' && s.others === 'FAIL'",
      'a Deny ignored where its conditions hold',
    ],
    ["s.effect === 'Deny' && s.others === 'HOLD'", "s.effect === 'Deny'", 'a Deny counted where its conditions fail'],
    ['s.sourceTests.every(canMatch)', 's.sourceTests.some(canMatch)', 'OR between the operators of a Deny'],
    ['if (test.lines.some((line) => touches(', 'if (test.lines.every((line) => touches(', 'NAND for NOR under negation, in an Allow'],
    [
      'coveringLines(reading, test, cluster).length === 0 :',
      'coveringLines(reading, test, cluster).length < test.lines.length :',
      'NAND for NOR under negation, in a Deny',
    ],
    [': test.lines.some((line) => touches(', ': test.lines.every((line) => touches(', 'AND between the values of a Deny'],
    ['if (covering.length === 0) return [];', 'if (covering.length === 0) continue;', 'OR between the operators of an Allow'],
    ['lines.push(...covering.map(', 'lines.push(...test.lines.map(', 'coveredBy names lines that do not cover'],
    ["document.Version === '2012-10-17'", "document.Version !== '2008-10-17'", 'variables where Version is absent'],
    ['NotAction !== undefined && !names(NotAction)', 'NotAction !== undefined && names(NotAction)', 'NotAction read as Action'],
    ['matchesText(action.toLowerCase(),', 'matchesText(action,', 'action names with case'],
    ['statement.sourceTests.some((test) => !test.negated)', 'statement.sourceTests.length > 0', 'a negated operator taken to confine'],
    ['test && more.length === 0 && !test.negated', 'test && !test.negated', 'a line added beside a second operator'],
    ["test.comparison === 'STRING')", "test.comparison === 'EXACT')", 'a line with wildcards added under StringEquals'],
    ['/^ec2\\.amazonaws\\.com(\\.cn)?$/', '/^ec2\\.amazonaws\\.com$/', "China's EC2 forgotten"],
    ['Object.keys(principal).length === 1 &&', '', 'a principal of another kind overlooked'],
    ["s.effect === 'Allow' && s.named && s.others === 'HOLD'", "s.effect === 'Allow' && s.named && s.others !== 'FAIL'", 'guessed'],
    ["s.effect === 'Allow' && s.named && s.others === 'HOLD'", "s.effect === 'Allow' && s.others === 'HOLD'", 'NotPrincipal counts'],
    ['?? glob(line.value);', '?? [];', 'what is no ARN never bars'],
  ]),
  ...of('document.ts', [
    ['text.replace(/\\s+/g', 'text.replace(/ +/g', 'tabs and line ends counted'],
    ['const depthLimit = 64;', 'const depthLimit = 65;', 'one level deeper'],
    ['(inner.at as number) + 1', '(inner.at as number) + 2', 'pointers into arrays off'],
    ['found.push(pointerTo(...open.map(({ at }) => at)));', 'found.push(pointerTo(lastString));', 'a pointer to the key alone'],
    ["token === '{' ? new Set() : null", 'new Set()', 'an array taken for an object'],
    ['members.sort();', 'members.reverse();', 'sets told apart by their order'],
    ['Object.keys(value)\n    .sort()', 'Object.keys(value)', 'documents told apart by the order of keys'],
    [".replaceAll('~', '~0').replaceAll('/', '~1')", ".replaceAll('/', '~1').replaceAll('~', '~0')", 'a pointer escaped twice'],
    ['!kept.has(string)', 'kept.has(string)', 'what a repeated key hides, turned round'],
  ]),
  ...of('rewrite.ts', [
    ['delete copy.Sid;', '', 'a Sid kept twice'],
    [
      'const lines = [...valuesOf(place.test), ...linesFor(',
      'const lines = [...linesFor(',
      'the other clusters dropped, as Terraform does',
    ],
    ['if (index === place.statement.index) setValues', 'setValues', 'a line added to every statement'],
    ["if (statements.length === 0) copy.Version ??= '2012-10-17'", "copy.Version ??= '2012-10-17'", 'variables come to mean something'],
    ['(j < i || !covers(i, j))', 'true', 'of two equal lines both dropped'],
    ['covers(j, i) &&', 'covers(i, j) &&', 'the wider line dropped'],
    ['if (tests.every(({ test }) => rest(test).length === 0))', 'if (tests.some(({ test }) => rest(test).length === 0))', 'LAST too early'],
    ['if (!empty.service.alone) return [withoutService(statement)];', '', 'a shared statement gone with its last line'],
    ['.some((test) => !test.negated && isForeign(', '.some((test) => isForeign(', 'a negated line called foreign'],
    ['if (!service.alone) return [withoutService(statement), ...replacements];', '', 'other principals lost'],
    ['exclude ? [...services, fargateService]', 'exclude ? services', 'NotPrincipal lets the service in as before'],
    ['setValues(copy, test, ours.length > 0 ? ours : wanted)', 'setValues(copy, test, wanted)', 'our own lines lost with the foreign ones'],
    ['{ ...condition, ArnLike:', '{ ArnLike:', 'other conditions lost'],
    ['{ ...arnLike, ', '{ ', 'other keys of the operator lost'],
    ['!Array.isArray(document.Statement) && statements.length === 1', 'statements.length === 1', 'an array of one statement unpacked'],
    ['if (replacements.length === 0) removed.push', 'removed.push', 'a statement called removed that is confined'],
  ]),
  ...of('lines.ts', [
    ["'arn:*:eks:*:*:fargateprofile/*'", "'arn:*:eks:*:*:f*'", 'a wide line overlooked'],
    ["isOpen(region) && covers({ region: '*', name })", 'isOpen(region)', 'a prefix taken for every Region'],
    ["isOpen(name) && covers({ region, name: '*' })", 'isOpen(name)', 'a prefix taken for every cluster'],
    ['return [...foreign, dead];', 'return [dead];', 'a dead line not foreign'],
  ]),
  ...of('owner.ts', [
    ["|| key.startsWith('aws:cdk:')", '', 'a tag of CDK dropped'],
    ['namesTool(key) && word.test(value) &&', 'namesTool(key) &&', 'whoever manages it, it is Terraform'],
    ['i.test(key) && !isNo(value)]', 'i.test(key)]', 'terraform=false'],
    ["|| key.startsWith('crossplane.io/')", '', 'a tag of Crossplane dropped'],
  ]),
  ...of('effect.ts', [
    ['every(([key, value]) => role.tags[key] === value)', 'some(([key, value]) => role.tags[key] === value)', 'tagged in part'],
    ['role.permissionsBoundary === detail.permissionsBoundary &&', '', "somebody else's role taken for ours"],
    ['return role.attached.includes(detail.policyArn)', 'return role.attached.length > 0', 'another policy attached'],
    ['role.path === detail.path &&', '', 'a role at another path taken for ours'],
  ]),
  ...of('quick.ts', [
    ['fiveColons.test(head)', 'true', 'a short ARN taken for a prefix of every profile'],
    ["wild === value.length - 1 && value[wild] === '*'", "value.endsWith('*')", 'a second wildcard overlooked'],
    ['found?.[1] === partition', 'found', 'a line of another partition taken for ordinary'],
  ]),
  ...of('arn.ts', [
    ['...times(11 - i, digit)', '...times(10 - i, digit)', 'the foreign check off by a digit'],
    ["c !== ':'", "c !== '/'", 'a wildcard crosses a colon'],
    ['[8, 4, 4, 4, 12]', '[8, 4, 4, 4, 11]', 'a UUID too short'],
    ['/[0-9A-Za-z_-]/', '/[0-9A-Za-z_/-]/', "a cluster's name may hold a slash"],
    ['([^:]*):(.*)$/s', '([^:]*):([^:]*)$/s', 'a resource with a colon is no ARN'],
  ]),
  ...of('check.ts', [
    ['if (linesLeft < 3 ||', 'if (linesLeft < 2 ||', 'QUOTA_NEAR with two lines left'],
    ['observed.quota * 0.8', 'observed.quota * 0.9', 'QUOTA_NEAR too late'],
    ['(cost + 3)', '(cost + 2)', 'a comma forgotten'],
    [
      "errors.every((f) => f.code === 'CLUSTER_NOT_LISTED')",
      "errors.some((f) => f.code === 'CLUSTER_NOT_LISTED')",
      'repair called extension',
    ],
    ['coveredBy: denial ? [] : (by ?? [])', 'coveredBy: by ?? []', 'a line named against a Deny'],
  ]),
  ...of('assemble.ts', [['size <= observed.quota', 'size < observed.quota', 'the quota itself refused']]),
  ...of('plan-trust.ts', [
    ["'SOURCE_ARN_FOREIGN', 'DENIED'", "'SOURCE_ARN_FOREIGN'", 'a line added against a Deny'],
    ["'SERVICE_NOT_TRUSTED', 'SOURCE_ARN_MISSING'", "'SERVICE_NOT_TRUSTED'", 'an open statement left open'],
  ]),
];
