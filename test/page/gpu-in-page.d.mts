export declare function gpuEditor(): void;
export declare function withoutGpu(): void;
