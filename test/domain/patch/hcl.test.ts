import { spawnSync } from 'node:child_process';
import t from 'tap';
import { block, Jsonencode } from '#src/domain/patch/hcl.ts';

/** Texts that HCL would read as code. */
const code = (text: string) => `$\{${text}}`;

const nasty = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'eks-fargate-pods.amazonaws.com', AWS: ['*', ''] },
      NotAction: [],
      Condition: {
        Null: { for: 'false' },
        StringLike: {
          [`aws:PrincipalTag/${code('x')}`]: [code('aws:username'), `$${code('a')}`, '$$', '%{if}', '%', '{'],
        },
      },
    },
    {
      'a long key': 1.5,
      b: true,
      null: null,
      'ü€': 'ü€𝒳',
      quotes: '"\\\n\\n\t\b\f\x7f\u2028',
      empty: {},
      nested: [[1], [{ a: [] }]],
    },
  ],
};
const resource = block('resource', ['aws_iam_role', 'x'], {
  name: 'a',
  assume_role_policy: new Jsonencode(nasty),
  tags: { 'a b': '1', c: '2' },
});

t.test('the output is readable', (t) => {
  t.equal(
    block('resource', ['aws_iam_role', 'x'], {
      name: 'a',
      assume_role_policy: new Jsonencode({
        Version: '1',
        Id: 'i',
        Statement: [{ Effect: 'Allow', 'k:v': code('x') }],
      }),
    }),
    `resource "aws_iam_role" "x" {
  name = "a"
  assume_role_policy = jsonencode({
    Version = "1"
    Id      = "i"
    Statement = [
      {
        Effect = "Allow"
        "k:v"  = "$\${x}"
      },
    ]
  })
}
`,
  );
  t.end();
});

const terraform = (args: string[], input: string, cwd?: string) =>
  spawnSync('terraform', args, { cwd, input, encoding: 'utf8' });
const skip = terraform(['version'], '').error ? 'there is no terraform on this machine' : false;

t.test('terraform accepts the patch and its format', { skip }, (t) => {
  const formatted = terraform(['fmt', '-check', '-diff', '-'], resource);
  t.equal(formatted.status, 0, 'terraform fmt changes nothing', { formatted });
  // Locals are evaluated without a provider. In base64, since the console shows texts as HCL.
  const cwd = t.testdir({ 'main.tf': resource.replace('resource "aws_iam_role" "x"', 'locals') });
  const { stdout } = terraform(['console'], 'base64encode(local.assume_role_policy)\n', cwd);
  t.same(JSON.parse(Buffer.from(stdout, 'base64').toString()), nasty, 'and means the same');
  t.end();
});
