import { describe, expect, it } from 'vitest';

import { first_values, infer_body, row_width } from './infer';

const column = { name: 'temp', datatype: 'FP64', shape: [-1] };
const matrix = { name: 'input', datatype: 'FP32', shape: [-1, 3] };

describe('a request from what was typed', () => {
  it('one row a column', () => {
    expect(infer_body([column, { name: 'city', datatype: 'BYTES', shape: [-1] }], { temp: ' 0.24 ', city: 'dc' })).toEqual({
      inputs: [
        { name: 'temp', datatype: 'FP64', shape: [1], data: [0.24] },
        { name: 'city', datatype: 'BYTES', shape: [1], data: ['dc'] },
      ],
    });
  });
  it('one row of a matrix', () => {
    expect(infer_body([matrix], { input: '1, 2 3' }).inputs[0]).toMatchObject({ shape: [1, 3], data: [1, 2, 3] });
    expect(row_width(matrix)).toBe(3);
  });
  it('says which tensor is wrong and how', () => {
    expect(() => infer_body([column], { temp: 'warm' })).toThrow('temp: expected a number, got “warm”');
    expect(() => infer_body([column], {})).toThrow('temp: expected a number');
    expect(() => infer_body([matrix], { input: '1 2' })).toThrow('input: expected 3 values, got 2');
    expect(() => infer_body([{ ...column, datatype: 'INT64' }], { temp: '1.5' })).toThrow('whole number');
  });
  it('starts from something valid', () => {
    const inputs = [column, matrix, { name: 'rush', datatype: 'BOOL', shape: [-1] }];
    expect(infer_body(inputs, first_values(inputs)).inputs.map((each) => each.data)).toEqual([[0], [0, 0, 0], [false]]);
  });
});
