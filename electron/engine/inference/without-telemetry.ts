/**
 * On Linux and macOS ONNX Runtime 1.30 sends a device id, the path of Node and names of graphs to Microsoft, and leaves
 * files in ~/.cache/Microsoft and the temporary folder for it. This is its own switch for all of that (its
 * docs/Privacy.md). Native code sees what the main thread sets in `process.env`; threads of the inference process load
 * what the main one has loaded before.
 *
 * On Windows it describes its sessions to the system's event tracing, which has its own switches.
 */
process.env['ORT_DISABLE_TELEMETRY'] = '1';
