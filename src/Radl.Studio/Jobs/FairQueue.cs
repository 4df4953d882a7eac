namespace Radl.Studio.Jobs;

/// <summary>A bounded queue in which owners take turns: one job of each, then the next of each. Not thread safe.</summary>
/// <param name="capacity">Most jobs that wait.</param>
/// <param name="share">Most jobs of one owner that wait; at most <paramref name="capacity"/>.</param>
internal sealed class FairQueue(int capacity, int share)
{
    // Invariant: every list in _turns is non-empty and holds jobs of one owner, oldest first; the first list's owner is next.
    private readonly LinkedList<List<Job>> _turns = [];

    public int Count { get; private set; }

    /// <summary>Whether another job of an owner has room beside those that wait and those that are about to.</summary>
    public bool HasRoom(string owner, int coming, int comingOfOwner) => Count + coming < capacity && (ListOf(owner)?.Count ?? 0) + comingOfOwner < share;

    public void Add(Job job)
    {
        if (ListOf(job.Owner) is { } list)
        {
            list.Add(job);
        }
        else
        {
            _turns.AddLast([job]);
        }
        Count++;
    }

    public Job? Take()
    {
        if (_turns.First is not { } first)
        {
            return null;
        }
        _turns.RemoveFirst();
        Job job = first.Value[0];
        first.Value.RemoveAt(0);
        if (first.Value.Count > 0)
        {
            _turns.AddLast(first);
        }
        Count--;
        return job;
    }

    public bool Remove(Job job)
    {
        for (LinkedListNode<List<Job>>? node = _turns.First; node is not null; node = node.Next)
        {
            if (node.Value.Remove(job))
            {
                if (node.Value.Count == 0)
                {
                    _turns.Remove(node);
                }
                Count--;
                return true;
            }
        }
        return false;
    }

    /// <summary>All jobs in the order in which they would be taken.</summary>
    public IEnumerable<Job> InOrder()
    {
        for (int round = 0, left = Count; left > 0; round++)
        {
            foreach (List<Job> list in _turns.Where(list => list.Count > round))
            {
                yield return list[round];
                left--;
            }
        }
    }

    private List<Job>? ListOf(string owner) => _turns.FirstOrDefault(list => list[0].Owner == owner);
}
