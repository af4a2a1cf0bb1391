/**
 * The room of devices that simulate outside the engine's own process. `protocol` is what is said to them; `webgpu`
 * carries out shaders on the standard WebGPU interface, and is the same in Node and in a page; `page-messages` is what
 * the editor and a page that lends its GPU say to each other.
 */
export { DeviceEnd } from "./device-end.js";
export * from "./page-messages.js";
export * from "./protocol.js";
export { GpuDevice } from "./webgpu/gpu-device.js";
export { factorsOf } from "./webgpu/products.js";
