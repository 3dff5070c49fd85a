import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Shape } from '../../api.ts';
import { countText, countWord, plural } from '../../counts.ts';
import mark from '../../ui/text/verdict.module.css';
import { verdicts } from '../../ui/text/verdict.tsx';
import type { ChosenVerdict } from '../filters/filters.ts';
import style from './map.module.css';
import { gridOf, indexAt, type MapVerdict, mapVerdictOf, pathsOf } from './map-layout.ts';

type Account = Shape<'AccountPosture'>;

const wordOf = (verdict: MapVerdict) => (verdict === 'NONE' ? 'No role is known' : verdicts[verdict].word);

/**
 * A small square for each account, in the colour of its worst verdict. The pointer, or the arrow keys, show which
 * account one is; a click, or Enter, opens it. `chosen`: the other verdicts are dimmed.
 */
export default function AccountMap({
  accounts,
  chosen,
}: {
  accounts: Account[];
  chosen: ChosenVerdict | undefined;
}) {
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const all = useMemo(() => accounts.map(mapVerdictOf), [accounts]);
  const grid = useMemo(() => gridOf(all.length, size.width, size.height), [all, size]);
  const paths = useMemo(() => pathsOf(all, grid), [all, grid]);
  const [pointed, setPointed] = useState<number | null>(null);
  const [focused, setFocused] = useState(0);
  const [hasFocus, setHasFocus] = useState(false);
  const shown = pointed ?? (hasFocus ? Math.min(focused, accounts.length - 1) : null);
  const account = shown === null ? undefined : accounts[shown];
  const open = (index: number) => {
    const accountId = accounts[index]?.accountId;
    if (accountId) void navigate({ to: '/roles/$accountId', params: { accountId } });
  };
  const find = ({ nativeEvent: { offsetX, offsetY } }: React.PointerEvent | React.MouseEvent) =>
    indexAt(offsetX, offsetY, all.length, grid);
  return (
    <div>
      <div ref={box} className={style.map}>
        {/* The slider beside it has the same for the keyboard. */}
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: see above */}
        <svg
          className={style.squares}
          role="img"
          aria-label={`Accounts by verdict: ${summary(all)}`}
          onPointerMove={(event) => setPointed(find(event))}
          onPointerLeave={() => setPointed(null)}
          onClick={(event) => {
            const index = find(event);
            if (index !== null) open(index);
          }}
        >
          {[...paths].map(([verdict, path]) => (
            <path
              key={verdict}
              d={path}
              className={`${verdict === 'NONE' ? style.none : mark[verdict]} ${chosen && chosen !== verdict ? style.dim : ''}`}
            />
          ))}
          {shown !== null && (
            <rect
              className={style.cursor}
              x={(shown % grid.columns) * grid.cell - 1}
              y={Math.floor(shown / grid.columns) * grid.cell - 1}
              width={grid.cell + 1}
              height={grid.cell + 1}
            />
          )}
        </svg>
        <input
          type="range"
          className="hidden"
          aria-label="Account on the map"
          aria-valuetext={accounts[focused] && describe(accounts[focused])}
          min={0}
          max={Math.max(0, accounts.length - 1)}
          value={focused}
          onChange={(event) => setFocused(event.target.valueAsNumber)}
          onFocus={() => setHasFocus(true)}
          onBlur={() => setHasFocus(false)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') open(focused);
          }}
        />
      </div>
      <p className={style.caption} aria-hidden="true">
        {account ? describe(account) : `${plural(accounts.length, 'account')}: ${summary(all)}`}
      </p>
    </div>
  );
}

const describe = (account: Account) =>
  `${account.name} · ${account.accountId} · ${wordOf(mapVerdictOf(account))} · ${plural(account.roles, 'role')}`;

function summary(all: MapVerdict[]): string {
  const counts = new Map<MapVerdict, number>();
  for (const verdict of all) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts]
    .map(([verdict, count]) =>
      verdict === 'NONE'
        ? `${countText(count)} without a known role`
        : `${countText(count)} ${countWord(verdict, count)}`,
    )
    .join(', ');
}
