namespace Radl.Torch.Pickle;

/// <summary>Finds the tensors of a file by name.</summary>
internal static class TensorNames
{
    private const string StateDict = "state_dict";
    private const int Deepest = 6;

    /// <summary>
    /// The tensors of the dictionary <c>state_dict</c> where the file has one, else of the file's own dictionary. Those of a dictionary
    /// within it have its name and a dot in front. What is no tensor is passed over.
    /// </summary>
    /// <exception cref="PickleException">There is no dictionary, no tensor in it, or one name twice.</exception>
    internal static OrderedDictionary<string, PickledTensor> Collect(object? root, PickleBudget budget)
    {
        var found = new OrderedDictionary<string, PickledTensor>(StringComparer.Ordinal);
        if (root is PickleDictionary dictionary)
        {
            Collect(dictionary.TryGet(StateDict, out object? inner) && inner is PickleDictionary state ? state : dictionary, "", 0, found, budget);
        }
        return found.Count > 0
            ? found
            : throw new PickleException(PickleRule.NoTensors, budget.File, "pickle", "it holds no dictionary of tensors", "Whole models are not read, only their state_dict.");
    }

    private static void Collect(PickleDictionary from, string prefix, int depth, OrderedDictionary<string, PickledTensor> found, PickleBudget budget)
    {
        // As in Python, a key that is set again keeps its place and has the last value.
        var values = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        for (int i = 0; i + 1 < from.Items.Count; i += 2)
        {
            if (from.Items[i] is string key && from.Items[i + 1] is PickledTensor or PickleDictionary)
            {
                budget.Charge(80);
                values[key] = from.Items[i + 1];
            }
        }
        foreach ((string key, object? value) in values)
        {
            if (value is PickleDictionary inner)
            {
                // A dictionary can hold itself.
                if (depth < Deepest)
                {
                    Collect(inner, $"{prefix}{key}.", depth + 1, found, budget);
                }
                continue;
            }
            string name = prefix + key;
            budget.Charge(200 + (2L * name.Length)); // name, slot, and what is told about the tensor
            if (!found.TryAdd(name, (PickledTensor)value!))
            {
                throw new PickleException(PickleRule.DuplicateName, budget.File, $"tensor '{Safetensors.SafetensorsText.Shorten(name)}'", "two tensors have this name");
            }
        }
    }
}
