// The SDK takes a realm without `window` for Node. This must run before the SDK is evaluated, so it is an import of
// its own: imports run in order, statements after all of them.
Object.assign(self, { window: self });
