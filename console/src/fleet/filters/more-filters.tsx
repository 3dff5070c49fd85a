import { useState } from 'react';
import type { Search } from '../../app/search.ts';
import type { Shape } from '../../shape.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/form/field.tsx';
import { verdicts } from '../../ui/text/verdict.tsx';
import style from '../fleet.module.css';
import type { Fleet } from '../use-fleet.ts';
import { codeText } from '../words.ts';
import { roleVerdicts } from './filters.ts';

const codes: Shape<'FindingCode'>[] = [
  'ROLE_MISSING',
  'POLICY_NOT_ATTACHED',
  'SERVICE_NOT_TRUSTED',
  'SOURCE_ARN_MISSING',
  'SOURCE_ARN_FOREIGN',
  'CLUSTER_NOT_LISTED',
  'DENIED',
  'PRINCIPAL_ANYONE',
  'NO_CLUSTER_COVERED',
  'STATEMENT_DEAD',
  'SOURCE_ARN_DEAD',
  'SOURCE_ARN_WIDE',
  'CONDITION_WEAK',
  'CONDITION_UNPROVABLE',
  'PRINCIPAL_NODE_SHARED',
  'PRINCIPAL_OTHER',
  'PRINCIPAL_DELETED',
  'REGION_UNKNOWN',
  'SOURCE_ORG_UNCONFIRMED',
  'DUPLICATE_KEYS',
  'QUOTA_NEAR',
  'MANAGED_ELSEWHERE',
  'CLUSTER_GONE',
  'REGION_WILDCARD',
  'CLUSTER_WILDCARD',
  'EXTRA_POLICIES',
  'SOURCE_ACCOUNT_UNCONFIRMED',
  'CLUSTER_NOT_SEEN',
];

/** Filters by label, verdict and finding. */
export default function MoreFilters({
  filters: { label = [], finding },
  verdict,
  onChange,
}: Fleet & { onChange: (next: Search) => void }) {
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  return (
    <div className={style.fields}>
      <form
        className={style.label}
        onSubmit={(event) => {
          event.preventDefault();
          const added = text.trim();
          setWrong(!/^[^=]+=/.test(added));
          if (!/^[^=]+=/.test(added)) return;
          onChange({ label: [...new Set([...label, added])] });
          setText('');
        }}
      >
        <TextField
          label="Label"
          placeholder="team=payments"
          spellCheck={false}
          value={text}
          error={isWrong ? 'Write KEY=VALUE.' : undefined}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit">Add the label</Button>
      </form>
      <SelectField
        label="Verdict"
        value={verdict ?? ''}
        options={[
          ['', 'Any'],
          ...[...roleVerdicts, 'UNREACHABLE' as const].map((one) => [one, verdicts[one].word] as const),
        ]}
        onChange={(event) => onChange({ verdict: event.target.value || undefined })}
      />
      <SelectField
        label="Finding"
        value={finding ?? ''}
        options={[['', 'Any'], ...codes.map((code) => [code, codeText(code)] as const)]}
        onChange={(event) => onChange({ finding: event.target.value || undefined })}
      />
    </div>
  );
}
