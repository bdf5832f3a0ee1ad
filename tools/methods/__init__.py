"""The methods of a consultation in plain words with worked examples, drawn into docs/reference:
`python -m tools.methods`. Every number on those pages is computed when they are drawn; a test
holds that they are as the code computes."""
