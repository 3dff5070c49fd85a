import DialogBox from '../ui/dialog/dialog-box.tsx';
import style from './tools.module.css';

const shortcuts: [keys: string[], does: string][] = [
  [['/', '⌘K', 'Ctrl K'], 'Search accounts, roles, clusters and changes'],
  [['j'], 'Next row of a list'],
  [['k'], 'Row before it'],
  [['Enter'], 'Open the row'],
  [['e'], 'Extend the role'],
  [['c'], 'Check the role'],
  [['Esc'], 'Close what is open'],
  [['?'], 'Show these keys'],
];

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <DialogBox title="Keyboard shortcuts" onClose={onClose}>
      <dl className={style.keys}>
        {shortcuts.map(([keys, does]) => [
          <dt key={does}>
            {keys.map((key) => (
              <kbd key={key} className={style.key}>
                {key}
              </kbd>
            ))}
          </dt>,
          <dd key={`${does}.`}>{does}</dd>,
        ])}
      </dl>
    </DialogBox>
  );
}
