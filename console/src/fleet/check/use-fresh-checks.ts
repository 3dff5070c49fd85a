import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api } from '../../api.ts';
import { textOf } from '../../ui/fault.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { verdicts } from '../../ui/text/verdict.tsx';
import { type Role, roleId } from '../roles-table.tsx';

/**
 * The keys of a row: `c` checks its role now, `e` opens its page to extend it. Rows show the newer check until a sweep
 * has checked them again. `news`: what the last check said.
 */
export function useFreshChecks(rows: Role[]): { rows: Role[]; news: string | null } {
  const navigate = useNavigate();
  const [fresh, setFresh] = useState<ReadonlyMap<string, Role>>(new Map());
  const [news, setNews] = useState<string | null>(null);

  const check = async (role: Role) => {
    const { accountId, accountName, roleName } = role;
    const place = `${roleName} in ${accountName ?? accountId}`;
    setNews(`Checking ${place} …`);
    try {
      const { verdict, findings } = await api().getExecutionRole({ accountId, roleName });
      const codes = [...new Set(findings.map(({ code }) => code))];
      const checked = { ...role, verdict, findings: codes, checkedAt: new Date().toISOString() };
      setFresh((before) => new Map(before).set(roleId(role), checked));
      setNews(`${place}: ${verdicts[verdict].word}.`);
    } catch (error) {
      const { title, detail } = textOf(error);
      setNews(`${place}: ${title}. ${detail}`);
    }
  };
  const focused = () => {
    const row = document.activeElement?.closest<HTMLElement>('[data-index]');
    return row ? shown[Number(row.dataset.index)] : undefined;
  };
  useShortcut('c', () => {
    const role = focused();
    if (role) void check(role);
  });
  useShortcut('e', () => {
    const role = focused();
    if (role)
      void navigate({
        to: '/roles/$accountId/$roleName',
        params: { accountId: role.accountId, roleName: role.roleName },
        search: { mend: 'extend' },
      });
  });
  const shown = useMemo(
    () =>
      rows.map((row) => {
        const newer = fresh.get(roleId(row));
        return newer && newer.checkedAt > row.checkedAt ? newer : row;
      }),
    [rows, fresh],
  );
  return { rows: shown, news };
}
