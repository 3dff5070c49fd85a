import { Button, DialogBody, DialogFooter, Flex } from '@backstage/ui';
import { Fault } from '../text/fault.tsx';
import { effectTexts } from '../text/words.ts';
import { Diff } from './diff.tsx';
import { wrap } from './form-style.ts';
import { StepTitle } from './step-title.tsx';
import type { Extend } from './use-extend.ts';

/** What the extension would do. Nothing is written yet. */
export function PreviewStep({ extend: { rows, answer, error, isBusy, apply, edit } }: { extend: Extend }) {
  if (answer === null) return null;
  return (
    <>
      <DialogBody>
        <Flex direction="column" gap="3">
          <StepTitle>{answer.sentence}</StepTitle>
          <Effects effects={answer.effects} />
          <Diff diff={answer.diff} />
          {error && <Fault error={error} />}
        </Flex>
      </DialogBody>
      <DialogFooter style={wrap}>
        <Button variant="secondary" onPress={edit} isDisabled={isBusy}>
          Back
        </Button>
        {answer.diff !== '' && (
          <Button variant="primary" onPress={apply} isPending={isBusy}>
            {rows.length === 1 ? 'Add the cluster' : `Add ${rows.length} clusters`}
          </Button>
        )}
      </DialogFooter>
    </>
  );
}

function Effects({ effects }: { effects: Parameters<typeof effectTexts>[0] }) {
  const texts = effectTexts(effects);
  if (texts.length === 0) return null;
  return (
    <ul aria-label="Effects" style={{ margin: 0, paddingInlineStart: 'var(--bui-space-5)' }}>
      {texts.map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  );
}
