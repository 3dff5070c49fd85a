import { useApi } from '@backstage/frontend-plugin-api';
import type { Cluster, ExtendAnswer } from 'backstage-plugin-rolewright-common';
import { useState } from 'react';
import { rolewrightApiRef } from '../api.ts';

/** A cluster as somebody types it. `id` is the row's. */
export interface Row extends Cluster {
  id: number;
}

export type Extend = ReturnType<typeof useExtend>;

/** The three steps of an extension: the form, the preview, the outcome. `onExtended`: something was written. */
export function useExtend({
  entityRef,
  region,
  onExtended,
}: {
  entityRef: string;
  region: string;
  onExtended: () => void;
}) {
  const api = useApi(rolewrightApiRef);
  const [rows, setRows] = useState<Row[]>([{ id: 0, region, name: '' }]);
  const [reason, setReason] = useState('');
  const [step, setStep] = useState<'form' | 'preview' | 'done'>('form');
  const [answer, setAnswer] = useState<ExtendAnswer | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const [idempotencyKey, setKey] = useState('');

  const send = async (more: { dryRun: boolean; idempotencyKey?: string }, next: 'preview' | 'done') => {
    setBusy(true);
    setError(null);
    try {
      const clusters = rows.map((row) => ({ region: row.region.trim(), name: row.name.trim() }));
      const text = reason.trim();
      setAnswer(await api.extend({ entityRef, clusters, ...(text !== '' && { reason: text }), ...more }));
      setStep(next);
      if (next === 'done') onExtended();
    } catch (fault) {
      setError(fault as Error);
    } finally {
      setBusy(false);
    }
  };

  return {
    rows,
    setRows,
    reason,
    setReason,
    step,
    answer,
    error,
    isBusy,
    preview: async () => {
      setKey(randomKey());
      await send({ dryRun: true }, 'preview');
    },
    /** To send it again is safe: the key is that of the preview. */
    apply: async () => await send({ dryRun: false, idempotencyKey }, 'done'),
    edit: () => {
      setError(null);
      setStep('form');
    },
  };
}

/** Crypto.randomUUID is there only over HTTPS. */
const randomKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );
