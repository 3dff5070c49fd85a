import { Button, DialogBody, DialogFooter, Flex, Text } from '@backstage/ui';
import { changeText } from '../text/words.ts';
import { StepTitle } from './step-title.tsx';
import type { Extend } from './use-extend.ts';

/** What became of the extension. */
export function DoneStep({ extend: { answer }, onClose }: { extend: Extend; onClose: () => void }) {
  if (answer === null) return null;
  return (
    <>
      <DialogBody>
        <Flex direction="column" gap="3">
          <StepTitle>{answer.sentence}</StepTitle>
          {answer.change && (
            <Text as="p" style={{ margin: 0 }}>
              {changeText(answer.change)}
            </Text>
          )}
        </Flex>
      </DialogBody>
      <DialogFooter>
        <Button variant="primary" onPress={onClose}>
          Close
        </Button>
      </DialogFooter>
    </>
  );
}
