"""One fetcher per kind of activity: given the stored state, each yields batches of rows with the state they lead to.

All follow one protocol; the other side of it is `collector/sync/parts.py`:

- `fetch(source, state, ...)` is an asynchronous generator. It asks GitHub with `source.github`, reads the database with
  `source.read`, and writes nothing. If there is nothing to do it yields nothing.
- Each batch is stored before the next one is requested: `Storekeeper.write` writes its rows and the columns of
  `sync_state` in `Batch.state` in one transaction, and then sets these columns on `state`. So a run that is killed
  resumes from the last batch that was stored, and after a `yield` a fetcher reads in `state` what it has just yielded.
  No fetcher sets anything on `state` itself.
- While a pass is under way `cursor` says where it resumes, and `target` what it leads to. Only the batch of its last
  page moves `watermark` to that and clears both; the batch that ends the fetch sets `completed_at`.
- A list that contradicts itself raises Incomplete: the batches until then stay stored, and the rows that it lacks
  are not marked as gone.
- A batch is emptied once it is stored, so a fetcher keeps no reference to its rows.
"""
