import { Button, DialogBody, DialogFooter, Flex, Text, TextField } from '@backstage/ui';
import { Fault } from '../text/fault.tsx';
import { ClusterRows } from './cluster-rows.tsx';
import { formStyle, wrap } from './form-style.ts';
import type { Extend } from './use-extend.ts';

/** Which clusters the role should let in, and why. */
export function FormStep({ roleName, extend }: { roleName: string; extend: Extend }) {
  const { reason, setReason, error, isBusy, preview } = extend;
  return (
    <form
      style={formStyle}
      onSubmit={(event) => {
        event.preventDefault();
        preview();
      }}
    >
      <DialogBody>
        <Flex direction="column" gap="4">
          <Text as="p" style={{ margin: 0 }}>
            Let clusters use {roleName}.
          </Text>
          <ClusterRows extend={extend} />
          <TextField
            label="Reason"
            description="Such as a ticket number. It stands in the history."
            value={reason}
            onChange={setReason}
            maxLength={500}
          />
          {error && <Fault error={error} />}
        </Flex>
      </DialogBody>
      <DialogFooter style={wrap}>
        <Button slot="close" variant="secondary">
          Cancel
        </Button>
        <Button type="submit" variant="primary" isPending={isBusy}>
          Preview
        </Button>
      </DialogFooter>
    </form>
  );
}
