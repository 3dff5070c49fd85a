import { useEffect, useRef, useState } from 'react';
import { api } from '../../api.ts';
import { Button } from '../../ui/button.tsx';
import { FaultNote } from '../../ui/fault.tsx';
import { Note } from '../../ui/note.tsx';
import type { Filters } from '../filters.ts';
import style from '../history.module.css';
import { createRecordCounter } from './record-count.ts';
import { type FileToSave, openFile } from './save-file.ts';

type Format = 'csv' | 'ndjson';
type State =
  | { kind: 'idle' }
  | { kind: 'running'; format: Format; lines: number }
  | { kind: 'done'; format: Format; lines: number }
  | { kind: 'failed'; error: unknown };

const types = { csv: 'text/csv', ndjson: 'application/x-ndjson' };
const number = new Intl.NumberFormat('en');
const lineWord = (lines: number) => `${number.format(lines)} ${lines === 1 ? 'change' : 'changes'}`;

/** Writes what the filters select to a file. `Export` is what the page needs: its buttons, and how it goes. */
export function useExport(filters: Filters) {
  const [state, setState] = useState<State>({ kind: 'idle' });
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const run = async (format: Format) => {
    let file: FileToSave | null = null;
    const controller = new AbortController();
    try {
      file = await openFile(
        `rolewright-changes-${new Date().toISOString().slice(0, 10)}.${format}`,
        types[format],
      );
      if (!file) return;
      abort.current = controller;
      setState({ kind: 'running', format, lines: 0 });
      const lines = await write(file, filters, format, controller.signal, (lines) =>
        setState({ kind: 'running', format, lines }),
      );
      await file.close();
      setState({ kind: 'done', format, lines });
    } catch (error) {
      await file?.abort().catch(() => {});
      setState(controller.signal.aborted ? { kind: 'idle' } : { kind: 'failed', error });
    }
  };
  return { state, run, cancel: () => abort.current?.abort() };
}

export function ExportButtons({ exporting: { state, run } }: { exporting: ReturnType<typeof useExport> }) {
  return (['csv', 'ndjson'] as const).map((format) => (
    <Button
      key={format}
      onClick={() => run(format)}
      busy={state.kind === 'running' && state.format === format}
      disabled={state.kind === 'running'}
    >
      Export {format.toUpperCase()}
    </Button>
  ));
}

export function ExportState({ exporting: { state, cancel } }: { exporting: ReturnType<typeof useExport> }) {
  if (state.kind === 'failed')
    return (
      <FaultNote error={state.error}>
        <p>No file was written: what came before the fault is not all.</p>
      </FaultNote>
    );
  return (
    <div className={style.status} role="status">
      {state.kind === 'running' && (
        <Note>
          <p>
            Writing {state.format.toUpperCase()}: {lineWord(state.lines)} so far.{' '}
            <Button onClick={cancel}>Cancel the export</Button>
          </p>
        </Note>
      )}
      {state.kind === 'done' && (
        <Note look="good">
          <p>
            {lineWord(state.lines)} written as {state.format.toUpperCase()}. The file is whole.
          </p>
        </Note>
      )}
    </div>
  );
}

/** So many characters are written at once. */
const chunk = 256 * 1024;

async function write(
  file: FileToSave,
  filters: Filters,
  format: Format,
  signal: AbortSignal,
  onLines: (lines: number) => void,
): Promise<number> {
  let text = '';
  let lines = 0;
  const flush = async () => {
    signal.throwIfAborted();
    if (text) await file.write(text);
    text = '';
    onLines(lines);
  };
  if (format === 'csv') {
    const records = createRecordCounter();
    for await (const piece of api().exportChanges({ ...filters, format }, { signal })) {
      records.add(piece);
      text += piece;
      lines = records.count();
      if (text.length >= chunk) await flush();
    }
  } else
    for await (const change of api().exportChanges(filters, { signal })) {
      text += `${JSON.stringify(change)}\n`;
      lines += 1;
      if (text.length >= chunk) await flush();
    }
  await flush();
  return lines;
}
