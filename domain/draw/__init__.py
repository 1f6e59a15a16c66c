"""The random draw 双随机: which rectified problems are revisited, and by whom (plan 四（三）).

A draw is announced first: candidates, weights, inspectors and rule are fixed, and a public value of
a later day is named as its seed, so that nobody who fixes them can know what will be drawn. With
the seed everything follows by calculation, on any machine: from SHA-256 a uniform number per
candidate, from it a key in decimal arithmetic of fixed precision, and the smallest keys are drawn
(weighted sampling without replacement, Efraimidis and Spirakis 2006).
"""
