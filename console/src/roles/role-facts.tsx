import type { Shape } from '../api.ts';
import { Copyable } from '../ui/text/copyable.tsx';
import { Facts } from '../ui/text/facts.tsx';
import { Labels } from '../ui/text/labels.tsx';
import { quotaWords } from './lines/line-rows.ts';
import style from './roles.module.css';

/** Quota, policies, tags and names of a role. */
export function RoleFacts({ role }: { role: Shape<'ExecutionRole'> }) {
  const { trust, policies, tags, description, permissionsBoundary } = role;
  const pairs = Object.entries(tags).map(([key, value]) => `${key}=${value}`);
  return (
    <>
      <section className={style.part} aria-labelledby="quota">
        <h2 id="quota">Length of the trust policy</h2>
        <Bar value={trust.size} max={trust.quota} />
        <p className={style.quiet}>{quotaWords(trust)}</p>
      </section>
      <section className={style.part} aria-labelledby="facts">
        <h2 id="facts">Role</h2>
        <Facts
          facts={[
            ['ARN', <Copyable key="arn" text={role.roleArn} name="the ARN of the role" />],
            ['ID', <Copyable key="id" text={role.roleId} name="the ID of the role" />],
            ...(description === null ? [] : [['Description', description] as const]),
            ['Policies', <Policies key="policies" arns={policies.attached} />],
            ...(policies.inline === null
              ? []
              : [['Inline policies', policies.inline.join(', ') || 'None'] as const]),
            ...(permissionsBoundary === null
              ? []
              : [
                  [
                    'Boundary',
                    <Copyable key="boundary" text={permissionsBoundary} name="the ARN of the boundary" />,
                  ] as const,
                ]),
            ['Tags', pairs.length === 0 ? 'None' : <Labels key="tags" name="Tags" texts={pairs} />],
          ]}
        />
      </section>
    </>
  );
}

function Bar({ value, max }: { value: number; max: number }) {
  const share = Math.min(1, value / max);
  const look = share >= 0.95 ? style.full : share >= 0.8 ? style.near : '';
  return (
    <div className={style.bar} aria-hidden="true">
      <div className={`${style.filled} ${look}`} style={{ inlineSize: `${share * 100}%` }} />
    </div>
  );
}

const Policies = ({ arns }: { arns: string[] }) =>
  arns.length === 0 ? (
    'None'
  ) : (
    <ul>
      {arns.map((arn) => (
        <li key={arn}>
          <Copyable text={arn} name={`the ARN of ${arn.slice(arn.lastIndexOf('/') + 1)}`} />
        </li>
      ))}
    </ul>
  );
