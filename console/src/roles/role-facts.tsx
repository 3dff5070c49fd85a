import type { ReactNode } from 'react';
import type { Shape } from '../api.ts';
import { Copyable } from '../ui/copyable.tsx';
import { quotaWords } from './line-rows.ts';
import style from './roles.module.css';

/** Quota, policies, tags and names of a role. */
export function RoleFacts({ role }: { role: Shape<'ExecutionRole'> }) {
  const { trust, policies, tags } = role;
  return (
    <>
      <section className={style.part} aria-labelledby="quota">
        <h2 id="quota">Length of the trust policy</h2>
        <meter
          className={style.meter}
          min={0}
          max={trust.quota}
          high={trust.quota * 0.8}
          value={trust.size}
          aria-labelledby="quota"
        />
        <p className={style.quiet}>{quotaWords(trust)}</p>
      </section>
      <section className={style.part} aria-labelledby="facts">
        <h2 id="facts">Role</h2>
        <dl className={style.facts}>
          <Fact name="ARN">
            <Copyable text={role.roleArn} name="the ARN of the role" />
          </Fact>
          <Fact name="ID">
            <Copyable text={role.roleId} name="the ID of the role" />
          </Fact>
          {role.description !== null && <Fact name="Description">{role.description}</Fact>}
          <Fact name="Attached policies">
            {policies.attached.length === 0 ? 'None' : <Arns arns={policies.attached} what="the policy" />}
          </Fact>
          {policies.inline !== null && (
            <Fact name="Inline policies">
              {policies.inline.length === 0 ? 'None' : policies.inline.join(', ')}
            </Fact>
          )}
          {role.permissionsBoundary !== null && (
            <Fact name="Permissions boundary">
              <Copyable text={role.permissionsBoundary} name="the ARN of the permissions boundary" />
            </Fact>
          )}
          <Fact name="Tags">
            {Object.keys(tags).length === 0 ? (
              'None'
            ) : (
              <ul>
                {Object.entries(tags).map(([key, value]) => (
                  <li key={key} className={style.breaking}>
                    {key} = {String(value)}
                  </li>
                ))}
              </ul>
            )}
          </Fact>
        </dl>
      </section>
    </>
  );
}

const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className={style.fact}>
    <dt className={style.quiet}>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const Arns = ({ arns, what }: { arns: string[]; what: string }) => (
  <ul>
    {arns.map((arn) => (
      <li key={arn}>
        <Copyable text={arn} name={`the ARN of ${what} ${arn.slice(arn.lastIndexOf('/') + 1)}`} />
      </li>
    ))}
  </ul>
);
