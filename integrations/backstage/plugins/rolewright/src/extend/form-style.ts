/** Between a dialog and its body, so that only the body scrolls. */
export const formStyle = { display: 'flex', flexDirection: 'column', flex: 1, minHeight: 0 } as const;

/** Buttons that do not fit beside each other. */
export const wrap = { flexWrap: 'wrap' } as const;
