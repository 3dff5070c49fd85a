// createMockActionContext calls jest's globals, and there is no jest here.

const fn = () => {
  const mock = () => mock;
  return Object.assign(mock, { mockImplementation: fn, mockReturnValue: fn, mockResolvedValue: fn });
};
Object.assign(globalThis, { jest: { fn } });
