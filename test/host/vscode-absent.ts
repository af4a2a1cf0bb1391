/** Stands for `vscode` where only the names of the tests are read, outside any extension host. */
export {};
