// All keys of the page.
import { Group, Kbd, Modal, Table, Text } from "@mantine/core";

const KEYS: [string[], string][] = [
  [["←", "1"], "Answer 1 is better"],
  [["→", "2"], "Answer 2 is better"],
  [["Shift"], "with one of these: much better"],
  [["↑", "T"], "Tie: equally good"],
  [["↓", "B"], "Both bad"],
  [["S"], "Skip, with a reason"],
  [["F"], "Flag for the admins; the pair stays"],
  [["U", "Backspace"], "Undo the last verdict"],
  [["C"], "Comment, kept with the verdict; Esc leaves it"],
  [["D"], "Difference, word by word"],
  [["H"], "Your last labels: undo or change any of ten"],
  [["G"], "Guideline"],
  [["Page ↓", "Page ↑"], "Scroll the answers"],
  [["?"], "This list"],
];

export function Legend({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" transitionProps={{ duration: 0 }}>
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, meaning]) => (
            <Table.Tr key={meaning}>
              <Table.Td w={150}>
                <Group gap={4}>
                  {keys.map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td>{meaning}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="sm">
        Keys go by the side of the screen: ← and 1 mean the answer on the left, which is the upper one on a narrow
        screen.
      </Text>
    </Modal>
  );
}
