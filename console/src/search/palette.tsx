import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import DialogBox from '../ui/dialog/dialog-box.tsx';
import { FaultNote } from '../ui/fault.tsx';
import { targetOf } from './direct.ts';
import { type Hit, targetHits } from './hits.ts';
import style from './palette.module.css';
import { useFound } from './use-found.ts';

/** Search over accounts, roles, clusters and changes. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const id = useId();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const { groups, isSettled, error } = useFound(text);
  const hits = groups.flatMap((group) => group.hits);
  const at = Math.min(chosen, hits.length - 1);
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen line changes with `at`
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);

  const open = ({ href }: Hit) => {
    onClose();
    void navigate({ href });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const found = hits[at];
    if (step !== undefined && hits.length > 0) setChosen((at + step + hits.length) % hits.length);
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing && found) open(found);
    else return;
    event.preventDefault();
  };

  return (
    <DialogBox title="Search" onClose={onClose}>
      <input
        // biome-ignore lint/a11y/noAutofocus: somebody asked for this field
        autoFocus
        type="text"
        role="combobox"
        className={style.input}
        aria-label="Search accounts, roles, clusters and changes"
        aria-expanded={hits.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
        placeholder="Account, role, cluster, ticket, ID or ARN"
        autoComplete="off"
        spellCheck={false}
        maxLength={2048}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(0);
        }}
        onPaste={(event) => {
          // An ID or ARN that is pasted into the empty field leads straight to its page.
          const target = text === '' ? targetOf(event.clipboardData.getData('text')) : null;
          const [found] = target ? targetHits(target).hits : [];
          if (!found) return;
          event.preventDefault();
          open(found);
        }}
        onKeyDown={onKeyDown}
      />
      {error && <FaultNote error={error} />}
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="What was found" className={style.list}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a list box has groups, not field sets
          <div key={group.name} role="group" aria-labelledby={`${id}-${group.name}`}>
            <div id={`${id}-${group.name}`} className={style.name}>
              {group.name}
            </div>
            {group.hits.map((hit) => {
              const index = hits.indexOf(hit);
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys
                // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field
                <div
                  key={hit.id}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  className={style.hit}
                  onMouseMove={() => setChosen(index)}
                  onClick={() => open(hit)}
                >
                  <span className={style.text}>{hit.text}</span>
                  {hit.note && <span className={style.note}>{hit.note}</span>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      <p className={style.hint} role="status">
        {hits.length === 0 && isSettled
          ? 'Nothing was found. Roles are found by a part of their name, changes by whole words.'
          : hits.length > 0
            ? `${hits.length} found. ↑ ↓ choose, Enter opens.`
            : 'Paste an account ID or an ARN to go straight there.'}
      </p>
    </DialogBox>
  );
}
