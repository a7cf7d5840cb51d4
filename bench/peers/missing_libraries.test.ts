import { expect, it } from 'vitest';
import { definedSymbols, neededVersions, notFound, undefinedSymbols } from './missing_libraries.mjs';

it('finds the libraries that ldd misses', () => {
  const text = `	linux-vdso.so.1 (0x00007ffd)
	libcublas.so.13 => not found
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
	libnccl.so.2 => not found
`;
  expect(notFound(text)).toEqual(['libcublas.so.13', 'libnccl.so.2']);
});

it('tells which versions of a library are wanted', () => {
  const text = `Version symbols section '.gnu.version' contains 9 entries:
  000:   0 (*local*)       2 (GLIBC_2.2.5)
Version needs section '.gnu.version_r' contains 2 entries:
  000000: Version: 1  File: libnvshmem_host.so.3  Cnt: 1
  0x0010:   Name: NVSHMEM  Flags: none  Version: 4
  0x0020: Version: 1  File: libc.so.6  Cnt: 2
  0x0030:   Name: GLIBC_2.14  Flags: none  Version: 3
  0x0040:   Name: GLIBC_2.2.5  Flags: none  Version: 2
`;
  expect(Object.fromEntries(neededVersions(text))).toEqual({
    'libnvshmem_host.so.3': ['NVSHMEM'],
    'libc.so.6': ['GLIBC_2.14', 'GLIBC_2.2.5'],
  });
});

it('tells symbols that are defined from those that are left to others, by version', () => {
  const text = `
     3: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND nvshmem_ptr@NVSHMEM (4)
     4: 0000000000000000     0 OBJECT  GLOBAL DEFAULT  UND nvshmem_state@NVSHMEM (4)
     5: 0000000000000000     0 FUNC    GLOBAL DEFAULT  UND ncclRecv
     6: 0000000000000000     0 NOTYPE  WEAK   DEFAULT  UND __gmon_start__
     7: 0000000000001234    56 FUNC    GLOBAL DEFAULT   12 torch_thing
`;
  const symbols = undefinedSymbols(text);
  expect([...symbols.keys()]).toEqual(['NVSHMEM', '']);
  expect(Object.fromEntries(symbols.get('NVSHMEM') ?? [])).toEqual({ nvshmem_ptr: 'FUNC', nvshmem_state: 'OBJECT' });
  expect([...(symbols.get('') ?? []).keys()]).toEqual(['ncclRecv']);
  expect(definedSymbols(text)).toEqual(['torch_thing']);
});
