using System.Numerics;

namespace Radl.Torch.Pickle;

/// <summary>
/// Runs a pickle's opcodes as far as they build data: numbers, texts, tuples, lists, dictionaries, and views of storages.
/// It knows no other class, looks nothing up by name but in <see cref="PickleGlobal"/>'s closed list, and calls nothing.
/// </summary>
/// <remarks>Protocols 2 to 5. It has no recursion, so that no depth of nesting can end the process.</remarks>
internal sealed class PickleMachine(PickleCursor cursor, PickleBudget budget, PickleTensors tensors)
{
    private const int MostLongBytes = 255;

    private static readonly object True = true;
    private static readonly object False = false;

    private readonly List<object?> _stack = [];
    private readonly List<object?> _marks = [];
    private readonly Dictionary<long, object?> _memo = [];

    /// <summary>Runs up to STOP and gives the result; the cursor stands behind it.</summary>
    /// <exception cref="PickleException">A rule is broken; nothing has been executed.</exception>
    internal object? Run()
    {
        while (true)
        {
            byte code = cursor.Byte();
            if (code == (byte)'.')
            {
                object? result = Pop();
                return _stack.Count == 0 && _marks.Count == 0 ? result : throw Bad("the pickle ends with more than one object");
            }
            Step(code);
        }
    }

    private void Step(byte code)
    {
        switch ((char)code)
        {
            case '\x80': Protocol(); break;
            case '\x95': cursor.Skip(8); break; // FRAME: only a hint for reading ahead
            case '(': Mark(); break;
            case '0': Pop(); break;
            case '1': PopToMark(); break;
            case '2': Push(Peek()); break;
            case 'N': Push(null); break;
            case '\x88': Push(True); break;
            case '\x89': Push(False); break;
            case 'K': PushNumber(cursor.Byte()); break;
            case 'M': PushNumber(cursor.Byte() | (cursor.Byte() << 8)); break;
            case 'J': PushNumber(cursor.Int32()); break;
            case '\x8a': PushLong(cursor.Byte()); break;
            case '\x8b': PushLong(cursor.Int32()); break;
            case 'G': budget.Charge(24); Push(cursor.Double()); break;
            case 'X': Push(cursor.Text((uint)cursor.Int32(), budget)); break;
            case '\x8c': Push(cursor.Text(cursor.Byte(), budget)); break;
            case '\x8d': Push(cursor.Text(cursor.Int64(), budget)); break;
            case 'U': Push(cursor.Latin1(cursor.Byte(), budget)); break; // texts of Python 2
            case 'T': Push(cursor.Latin1(cursor.Int32(), budget)); break;
            case 'C': PushBytes(cursor.Byte()); break;
            case 'B': PushBytes((uint)cursor.Int32()); break;
            case '\x8e': PushBytes(cursor.Int64()); break;
            case '\x96': PushBytes(cursor.Int64()); break;
            case ']': budget.Charge(56); Push(new PickleList()); break;
            case '}': budget.Charge(56); Push(new PickleDictionary()); break;
            case '\x8f': Push(InertValue.Instance); break; // EMPTY_SET
            case ')': PushTuple([]); break;
            case '\x85': PushTuple([Pop()]); break;
            case '\x86': PushTuple(Last(2)); break;
            case '\x87': PushTuple(Last(3)); break;
            case 't': PushTuple(PopToMark()); break;
            case '\x91': PopToMark(); Push(InertValue.Instance); break; // FROZENSET
            case 'a': Append([Pop()]); break;
            case 'e': Append(PopToMark()); break;
            case '\x90': Append(PopToMark()); break; // ADDITEMS
            case 's': SetItems(Last(2)); break;
            case 'u': SetItems(PopToMark()); break;
            case 'q': Memorise(cursor.Byte()); break;
            case 'r': Memorise((uint)cursor.Int32()); break;
            case '\x94': Memorise(_memo.Count); break;
            case 'h': Recall(cursor.Byte()); break;
            case 'j': Recall((uint)cursor.Int32()); break;
            case 'c': Global(cursor.Line(budget), cursor.Line(budget)); break;
            case '\x93': StackGlobal(); break;
            case 'R': Call(); break;
            case '\x81': Call(); break; // NEWOBJ differs only in Python
            case 'b': Build(); break;
            case 'Q': Push(tensors.Storage(Pop(), cursor)); break;
            default: throw cursor.Error(PickleRule.UnknownOpcode, $"opcode 0x{code:x2} is none of those that build data", "Text protocols 0 and 1, and opcodes that make objects of classes, are refused.");
        }
    }

    private void Protocol()
    {
        byte version = cursor.Byte();
        if (version is < 2 or > 5)
        {
            throw cursor.Error(PickleRule.UnknownOpcode, $"protocol {version} is not one of 2 to 5");
        }
    }

    private void PushNumber(long value)
    {
        budget.Charge(24);
        Push(value);
    }

    private void PushLong(int length)
    {
        if (length is < 0 or > MostLongBytes)
        {
            throw cursor.Error(PickleRule.TooCostly, $"an integer of {length} bytes");
        }
        budget.Charge(64 + length);
        var value = new BigInteger(cursor.Take(length));
        Push(value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value);
    }

    private void PushBytes(long length)
    {
        ReadOnlySpan<byte> bytes = cursor.Take(length);
        budget.Charge(24 + length);
        Push(bytes.ToArray());
    }

    private void PushTuple(object?[] items)
    {
        budget.Charge(24);
        Push(new PickleTuple(items));
    }

    private void Global(string module, string name)
    {
        budget.Charge(32 + (2L * (module.Length + name.Length)));
        Push(PickleGlobal.Find(module, name) ?? throw cursor.Error(
            PickleRule.GlobalNotAllowed,
            $"the file asks for '{Safetensors.SafetensorsText.Shorten($"{module}.{name}")}', which is not among the names that tensors are built of; it was not called",
            "Do not open it with a program that executes pickles, unless you trust its origin."));
    }

    private void StackGlobal()
    {
        if (Pop() is not string name || Pop() is not string module)
        {
            throw Bad("a global's module and name must be texts");
        }
        Global(module, name);
    }

    private void Call()
    {
        object? arguments = Pop();
        object? function = Pop();
        if (function is not PickleGlobal global || arguments is not PickleTuple tuple)
        {
            throw cursor.Error(PickleRule.CallNotAllowed, "only a name from the list can be applied, and to a tuple");
        }
        Push(tensors.Apply(global, tuple.Items, cursor));
    }

    // The state of a dictionary (the versions of a state_dict's modules) and of inert objects does not matter here.
    private void Build()
    {
        Pop();
        if (Peek() is not (PickleDictionary or InertValue))
        {
            throw cursor.Error(PickleRule.CallNotAllowed, "only dictionaries and inert objects have a state");
        }
    }

    private void Append(object?[] items)
    {
        switch (Peek())
        {
            case PickleList list:
                foreach (object? item in items)
                {
                    budget.Append(list.Items, item);
                }
                break;
            case InertValue:
                break;
            default:
                throw Bad("items are appended to something that is no list");
        }
    }

    private void SetItems(object?[] items)
    {
        if (items.Length % 2 != 0)
        {
            throw Bad("a key has no value");
        }
        switch (Peek())
        {
            case PickleDictionary dictionary:
                foreach (object? item in items)
                {
                    budget.Append(dictionary.Items, item);
                }
                break;
            case InertValue:
                break;
            default:
                throw Bad("items are set in something that is no dictionary");
        }
    }

    private void Memorise(long key)
    {
        object? value = Peek();
        budget.Charge(80); // a slot, and its share of the table's doubling
        _memo[key] = value;
    }

    private void Recall(long key) => Push(_memo.TryGetValue(key, out object? value) ? value : throw Bad($"nothing was memorised as {key}"));

    private void Mark()
    {
        // A mark is the height of the stack; boxed, since the list's memory is counted as one of references.
        budget.Charge(24);
        budget.Append(_marks, _stack.Count);
    }

    private void Push(object? value) => budget.Append(_stack, value);

    private object? Peek() => _stack.Count > Floor ? _stack[^1] : throw Bad("the stack is empty");

    private object? Pop()
    {
        object? value = Peek();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private object?[] Last(int count)
    {
        if (_stack.Count - count < Floor)
        {
            throw Bad($"{count} objects are needed, the stack has {_stack.Count - Floor}");
        }
        return Cut(_stack.Count - count);
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0)
        {
            throw Bad("there is no mark");
        }
        int from = Floor;
        _marks.RemoveAt(_marks.Count - 1);
        return Cut(from);
    }

    private object?[] Cut(int from)
    {
        budget.ChargeArray(_stack.Count - from);
        var items = new object?[_stack.Count - from];
        _stack.CopyTo(from, items, 0, items.Length);
        _stack.RemoveRange(from, _stack.Count - from);
        return items;
    }

    // Nothing below the last mark can be taken.
    private int Floor => _marks.Count == 0 ? 0 : (int)_marks[^1]!;

    private PickleException Bad(string text) => cursor.Error(PickleRule.BadStack, text);
}
