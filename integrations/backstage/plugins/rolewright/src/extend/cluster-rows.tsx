import { Box, Button, Flex, Text, TextField } from '@backstage/ui';
import type { Extend, Row } from './use-extend.ts';

const region = /^([a-z]{2,4}(-[a-z]{1,10}){1,3}-\d{1,2}|\*)$/;
const name = /^([0-9A-Za-z][A-Za-z0-9_-]{0,99}|\*)$/;

/** The clusters to add, one a row. */
export function ClusterRows({ extend: { rows, setRows } }: { extend: Extend }) {
  const edit = (id: number, change: Partial<Row>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const add = () =>
    setRows([
      ...rows,
      { id: Math.max(...rows.map(({ id }) => id)) + 1, region: rows.at(-1)?.region ?? '', name: '' },
    ]);
  return (
    <Box as="fieldset" m="0" p="0" style={{ border: 0, minWidth: 0 }}>
      <Text as="legend" weight="bold" style={{ padding: 0, marginBottom: 'var(--bui-space-2)' }}>
        Clusters to add
      </Text>
      <Flex direction="column" gap="3">
        {rows.map((row, index) => (
          <Flex
            key={row.id}
            direction={{ initial: 'column', sm: 'row' }}
            gap="2"
            align={{ initial: 'stretch', sm: 'start' }}
          >
            <Box grow={1}>
              <TextField
                label="Region"
                value={row.region}
                onChange={(text) => edit(row.id, { region: text })}
                placeholder="us-west-2"
                validate={(text) =>
                  region.test(text.trim()) || 'Write a Region such as us-west-2, or * for all.'
                }
                spellCheck="false"
                autoFocus={index === rows.length - 1 && row.region === ''}
              />
            </Box>
            <Box grow={2}>
              <TextField
                label="Cluster"
                value={row.name}
                onChange={(text) => edit(row.id, { name: text })}
                placeholder="my-cluster"
                validate={(text) =>
                  name.test(text.trim()) ||
                  'Write letters, digits, - and _, beginning with a letter or digit; or * for all.'
                }
                spellCheck="false"
                autoFocus={index === rows.length - 1 && row.region !== ''}
              />
            </Box>
            {rows.length > 1 && (
              <Box mt={{ initial: '0', sm: '5' }}>
                <Button
                  variant="tertiary"
                  aria-label={`Remove cluster ${index + 1}`}
                  onPress={() => setRows(rows.filter(({ id }) => id !== row.id))}
                >
                  Remove
                </Button>
              </Box>
            )}
          </Flex>
        ))}
        <Box>
          <Button variant="secondary" onPress={add}>
            Another cluster
          </Button>
        </Box>
      </Flex>
    </Box>
  );
}
