export { createJsonlFile, type JsonlFileOptions, type JsonlFileSink } from "./audit/file.js";
